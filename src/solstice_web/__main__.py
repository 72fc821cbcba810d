"""`python -m solstice_web` is the `solstice` command, for where the script is not on the path."""

from solstice_web.command import main

main()
