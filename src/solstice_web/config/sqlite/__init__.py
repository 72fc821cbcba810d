"""The embedded database: Django's SQLite backend on the SQLite that pysqlite3 bundles.

The stock library of Debian 12 (3.40.1) has the WAL-reset fault (3.7.0 to 3.51.2); see docs/decisions.
"""
