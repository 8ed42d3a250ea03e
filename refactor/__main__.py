"""``python -m refactor`` is ``tfmod``."""

import sys

from refactor.cli import main

sys.exit(main())
