"""`python -m bangdan`, and the installed command `bangdan`."""


def main() -> None:
    """Run the command line; never returns, its exit code is the command's."""
    # Here and not above: importing `bangdan.__main__` for its name alone must stay free of typer and rich.
    from bangdan.cli import app

    app(prog_name="bangdan")


if __name__ == "__main__":
    main()
