"""`python -m bangdan`, and the installed command `bangdan`."""

import gc


def main() -> None:
    """Run the command line; never returns, its exit code is the command's."""
    look_seldom_for_garbage()
    # Here and not above: importing `bangdan.__main__` for its name alone must stay free of typer and rich.
    from bangdan.cli import app

    try:
        app(prog_name="bangdan")
    finally:
        # Leave without looking through everything once more, which takes a quarter of a short command's time.
        gc.freeze()


def look_seldom_for_garbage() -> None:
    """Importing makes many objects and no garbage; looking for some all the while takes a tenth of a start."""
    gc.set_threshold(10_000, 20, 100)


if __name__ == "__main__":
    main()
