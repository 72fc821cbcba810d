"""`python -m solstice_web`: the solstice command."""

from solstice_web.command import main

main()
