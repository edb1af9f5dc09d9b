"""Write docs/openapi.json: `make openapi`."""

import json

from api.description import FILE, document

FILE.write_text(json.dumps(document(), indent=1, ensure_ascii=False) + "\n")
