"""`python -m formpipe`."""

from formpipe.cli import main

if __name__ == "__main__":
    main()
