"""Says `ready` as the Stripe stand-in does, and waits to be stopped."""

import signal
import sys

port = sys.argv[sys.argv.index("--port") + 1]
sys.stdout.write(f"ready http://127.0.0.1:{port}\n")
sys.stdout.flush()
signal.pause()
