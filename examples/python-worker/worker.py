#!/usr/bin/env python3
"""A Rota worker of nothing but the standard library, which speaks packages/agent/PROTOCOL.md by requests:
ROTA_SERVER=https://rota.example ROTA_JOIN_TOKEN=… python3 worker.py"""
import json, os, threading, time, traceback, urllib.request, uuid
URL = os.environ["ROTA_SERVER"].rstrip("/") + "/api/scheduler/nodes/"
KEY_FILE = os.environ.get("ROTA_KEY_FILE", "worker.json")
NAME, CAPACITY, CALLS, LOCK = os.environ.get("ROTA_NODE_NAME", "python-1"), 4, {}, threading.RLock()
NOTHING = dict.fromkeys(["failure", "exitCode", "signal", "error", "result", "cpuSeconds", "maxRssBytes"])
def word_count(call, text=""):
    """A handler: named parameters in, result out; what it raises is the failure."""
    call.log(f"counting {len(text)} characters")
    call.tell(kind="progress", percent=50, message="half")
    return {"words": len(text.split())}
HANDLERS = {"word_count": word_count}

class Call:
    """An attempt. Its news are numbered, and kept until the server has said that it got them."""
    def __init__(self, frame):
        self.order, self.owner, self.lease = frame["order"], frame["owner"], frame["lease"]
        self.key = {"executionId": self.order["executionId"], "fence": self.order["fence"]}
        self.number, self.lines, self.kept, self.is_sent, self.is_over = 0, 0, [], True, False
        self.cancelled = threading.Event()  # For long work to look at.
    def tell(self, **news):
        with LOCK:
            self.number += 1
            self.kept.append(dict(kind="news", number=self.number, news=news, **self.key))
            self.send(self.kept[-1:] if self.is_sent else self.kept)
    def send(self, frames):
        self.is_sent = False
        try:
            self.is_sent = bool(exchange("news", [dict(frame, owner=self.owner) for frame in frames]))
        except Exception:
            pass  # It is kept, and said again after the next welcome.
    def log(self, text, stream="stdout"):
        lines = [dict(at=int(time.time() * 1000), stream=stream, text=line[:65536]) for line in text.split("\n")]
        self.tell(kind="lines", **{"from": self.lines}, lines=lines)
        self.lines += len(lines)
    def run(self):
        outcome = dict(NOTHING, status="success", outputTail="", droppedLogBytes=0)
        try:
            outcome["result"] = HANDLERS[self.order["payload"]["handler"]](self, **self.order["params"]["kwargs"])
        except Exception:
            failed = dict(status="failed", failure="error", error=traceback.format_exc()[-4000:])
            outcome.update(dict(status="cancelled", error="Cancelled.") if self.cancelled.is_set() else failed)
        self.is_over = True
        self.tell(kind="ended", outcome=outcome)

def post(path, body, headers={}):
    headers = {"content-type": "application/json", **headers}
    return json.load(urllib.request.urlopen(urllib.request.Request(URL + path, json.dumps(body).encode(), headers), timeout=90))

def exchange(verb, frames):
    answer = post(f"{NODE['node_id']}/{verb}", {"frames": frames}, {"authorization": "Bearer " + NODE["key"]})
    with LOCK:
        return [hear(frame) for frame in answer["frames"]], answer["wait_seconds"]

def hear(frame):
    call = CALLS.get((frame.get("executionId"), frame.get("fence")))
    if frame["kind"] == "order":
        begin(Call(frame))
    elif frame["kind"] == "refused" and frame["isFinal"]:
        os._exit(print(frame["why"], flush=True) or 78)
    elif frame["kind"] == "cancel" and call:
        call.cancelled.set()  # What it returns counts all the same; what it raises then is a cancellation.
    elif frame["kind"] == "got" and call:
        call.kept = [each for each in call.kept if each["number"] > frame["number"]]
        if call.is_over and not call.kept:
            del CALLS[call.order["executionId"], call.order["fence"]]
    for each in [call] if frame["kind"] == "resume" and call else list(CALLS.values()) if frame["kind"] == "welcome" else []:
        each.owner = frame.get("owner", each.owner)
        threading.Thread(target=each.send, args=(list(each.kept),), daemon=True).start()
    return frame["kind"]

def begin(call):
    knows, room = call.order["payload"].get("handler") in HANDLERS, CAPACITY - sum(not each.is_over for each in CALLS.values())
    if CALLS.setdefault((call.order["executionId"], call.order["fence"]), call) is not call:
        return  # The same order again.
    call.is_over = not knows or room <= 0
    refuse = lambda: call.tell(kind="refused", refusal="busy" if knows else "unsupported", why="no room, or no such handler")
    work = refuse if call.is_over else lambda: (call.tell(kind="acked"), call.run())
    threading.Thread(target=work, daemon=True).start()

FACTS = dict(id=NAME, name=NAME, address=None, labels={}, weight=1, capacity=CAPACITY, languages=[], capabilities={}, version="1",
             types=["handler"], handlers=list(HANDLERS), gpu=None, pools=[], platform={"language": "python"})
if not os.path.exists(KEY_FILE):
    os.umask(0o077)  # The key is for nobody else.
    joined = post("join", {"token": os.environ["ROTA_JOIN_TOKEN"], "node": dict(FACTS, callback_url=None, tenant_id=None)})
    json.dump(joined, open(KEY_FILE, "w"))
NODE, SESSION, is_welcome = json.load(open(KEY_FILE)), uuid.uuid4().hex, False
while True:
    running = [dict(call.key, lease=call.lease) for call in list(CALLS.values())]
    beat = dict(kind="heartbeat", usage=dict(cpu=None, memory=None, disk=None, gpu=None), running=running, clock=int(time.time() * 1000))
    hello = dict(kind="hello", versions=[1], node=dict(FACTS, callbackUrl=None, tenantId=None), running=running, session=SESSION)
    try:
        kinds, wait_seconds = exchange("poll", [beat if is_welcome else hello])
        is_welcome = (is_welcome or "welcome" in kinds) and "refused" not in kinds
        time.sleep(wait_seconds)
    except Exception as error:
        is_welcome = print("not connected:", error, flush=True) or time.sleep(1)
