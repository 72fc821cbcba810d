"""Log lines that carry ids and kinds of faults, never values: exception texts may quote a patient."""

import logging
import traceback


class LineFormatter(logging.Formatter):
    """One line a record; of an exception only its type and where it was raised."""

    def format(self, record: logging.LogRecord) -> str:
        moment = self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z")
        return f"{moment} {record.levelname} {record.name}: {self._message(record)}{self._fault(record)}"

    def _message(self, record: logging.LogRecord) -> str:
        return record.getMessage() if record.name.startswith("solstice") else str(record.msg).partition(":")[0]

    def _fault(self, record: logging.LogRecord) -> str:
        if not record.exc_info or record.exc_info[0] is None:
            return ""
        frames = traceback.extract_tb(record.exc_info[2])
        where = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames[-6:]))
        return f" [{record.exc_info[0].__name__} at {where}]"
