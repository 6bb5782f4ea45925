"""``python -m earmark_daemon.cli`` is ``earmark``."""

from earmark_daemon.cli.app import main

if __name__ == "__main__":
    main()
