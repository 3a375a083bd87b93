"""`python -m queue_worker calls|slow`."""

import sys

from queue_worker.worker import main

sys.exit(main(sys.argv[1:]))
