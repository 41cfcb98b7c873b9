# SPDX-License-Identifier: MIT
"""The modules behind tools/kb: Python 3.9, standard library only."""
