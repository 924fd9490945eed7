"""A solver for tests: does as its problem says."""

import json
import sys
import time

problem = json.load(sys.stdin)
match problem["do"]:
    case "answer":
        print(json.dumps({"text": problem["text"]}))
    case "refuse":
        sys.exit("there is no way")
    case "fail":
        raise RuntimeError("out of luck")
    case "wait":
        time.sleep(60)
