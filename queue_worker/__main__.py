"""`python -m queue_worker calls|records|slow`."""

import sys

from queue_worker.worker import main

sys.exit(main(sys.argv[1:]))
