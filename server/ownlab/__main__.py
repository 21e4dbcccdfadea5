"""`python -m ownlab`: the command `ownlab` where it is not on the path."""

from ownlab.cli.main import main

main()
