"""The e-invoice as EN 16931 names it: business terms (BT), groups (BG) and the rules over them."""
