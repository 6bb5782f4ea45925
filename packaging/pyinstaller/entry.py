"""Where the frozen program begins: worker processes turn off here, before anything is loaded."""

import multiprocessing

if __name__ == "__main__":
    multiprocessing.freeze_support()
    from earmark_daemon.cli import main

    main()
