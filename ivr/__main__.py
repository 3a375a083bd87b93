"""`python -m ivr`: the command line, where the `hotline` script is not on the PATH."""

from ivr.cli.main import main

if __name__ == "__main__":
    main()
