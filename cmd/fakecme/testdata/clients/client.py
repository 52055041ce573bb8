"""A client as the pages on the client API and on third/login show one.

python3 client.py cme|h5ds [what to do wrong]
"""
import base64
import hashlib
import hmac
import json
import random
import sys
import time
import urllib.parse
import urllib.request

SECRET_ID, SECRET_KEY, PLATFORM, USER_ID = "fake-secret-id", "fake-secret-key", "fake-platform", "fake-user"
APPID, SECRET = "fake-appid", "fake-secret"
service, wrong = sys.argv[1], (sys.argv + [""])[2]


def request(method, url, headers=None, body=None):
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data=data, headers=headers or {}, method=method)
    with urllib.request.urlopen(asked, timeout=30) as response:
        return json.loads(response.read())


def signature():
    now = int(time.time()) - (3600 if wrong == "expired" else 0)
    original = urllib.parse.urlencode({
        "secretId": SECRET_ID, "currentTimeStamp": now, "expireTime": now + 300, "random": random.randint(0, 999999),
        "platform": PLATFORM, "userId": USER_ID, "action": "Upload" if wrong == "action" else "Login",
    }).encode()
    key = "another-key" if wrong == "key" else SECRET_KEY
    text = base64.b64encode(hmac.new(key.encode(), original, hashlib.sha1).digest() + original).decode()
    return signature() if wrong == "escape" and "+" not in text else text


def cme_call(auth, path, body):
    url = "https://web-paas-api.cme.qcloud.com/PaaS/%s?auth=%s" % (path, auth)
    answer = request("POST", url, {"Content-Type": "application/json"}, body)
    if answer["Code"] != "Success":
        sys.exit("%(Code)s: %(Message)s (%(EnglishMessage)s)" % answer)
    return answer.get("Data")


def cme():
    sign = signature() if wrong == "escape" else urllib.parse.quote_plus(signature())
    login = request("GET", "https://open.cme.qcloud.com/?signature=" + sign)
    if login["Code"] != "Success":
        sys.exit("%(Code)s: %(Message)s (%(EnglishMessage)s)" % login)
    print("login:", login["Data"]["UserId"])
    auth, owner = login["Data"]["Authorization"], {"Type": "PERSON", "Id": USER_ID}
    root = cme_call(auth, "Material/DescribeClass", {"Platform": PLATFORM, "Owner": owner})["ClassInfoSet"][0]["ClassId"]
    cme_call(auth, "Material/CreateClass", {"ParentClassId": root, "Name": "旅行 & more", "Owner": owner})
    classes = cme_call(auth, "Material/DescribeClass", {"Platform": PLATFORM, "Owner": owner})
    print("class:", "旅行 & more" if "旅行 & more" in json.dumps(classes, ensure_ascii=False) else "none")


def h5ds_call(method, path, headers, body=None):
    headers = dict(headers, **{"Content-Type": "application/json"})
    answer = request(method, "https://video.h5ds.com/api/v1" + path, headers, body)
    if answer["code"] != 0:
        sys.exit("%(code)s: %(message)s" % answer)
    return answer["data"]


def h5ds():
    timestamp = str(int(time.time() if wrong == "seconds" else time.time() * 1000))
    sign = hashlib.md5((timestamp + ("another" if wrong == "key" else SECRET)).encode()).hexdigest()
    login = h5ds_call("POST", "/third/login", {"appid": APPID, "sign": sign, "timestamp": timestamp}, {"userId": USER_ID, "nick_name": "小云"})
    print("login:", str(login["user_id"] != "").lower())
    token = {"Authorization": login["token"]}
    user = h5ds_call("GET", "/account/info", token)
    print("user:", user.get("nick_name") or user["name"])
    work = h5ds_call("POST", "/user/apps/create", token, {"source_id": "", "category_id": 0, "name": "第一部", "data": {"pages": []}})
    print("work:", {"str": "string"}.get(type(work["id"]).__name__))


cme() if service == "cme" else h5ds()
