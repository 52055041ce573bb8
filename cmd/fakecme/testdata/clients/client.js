// A client as the pages on the client API and on third/login show one.
// node client.js cme|h5ds [what to do wrong]; HTTP=axios takes axios in place of fetch.
const crypto = require("crypto");

const secretId = "fake-secret-id", secretKey = "fake-secret-key", platform = "fake-platform", userId = "fake-user";
const appid = "fake-appid", secret = "fake-secret";
const [service, wrong] = process.argv.slice(2);

async function request(method, url, headers, body) {
  if (process.env.HTTP === "axios") {
    const axios = require("axios");
    return (await axios({ method, url, headers, data: body })).data;
  }
  const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  return JSON.parse(await response.text());
}

function signature() {
  const now = Math.floor(Date.now() / 1000) - (wrong === "expired" ? 3600 : 0);
  const original = new URLSearchParams({
    secretId, currentTimeStamp: now, expireTime: now + 300, random: Math.floor(Math.random() * 2 ** 32),
    platform, userId, action: wrong === "action" ? "Upload" : "Login",
  }).toString();
  const mac = crypto.createHmac("sha1", wrong === "key" ? "another-key" : secretKey).update(original).digest();
  const text = Buffer.concat([mac, Buffer.from(original)]).toString("base64");
  return wrong === "escape" && !text.includes("+") ? signature() : text;
}

async function call(auth, path, body) {
  const url = `https://web-paas-api.cme.qcloud.com/PaaS/${path}?auth=${auth}`;
  const { Code, Message, EnglishMessage, Data } = await request("POST", url, { "Content-Type": "application/json" }, body);
  if (Code !== "Success") throw new Error(`${Code}: ${Message} (${EnglishMessage})`);
  return Data;
}

async function cme() {
  const sign = wrong === "escape" ? signature() : encodeURIComponent(signature());
  const login = await request("GET", `https://open.cme.qcloud.com/?signature=${sign}`, {});
  if (login.Code !== "Success") throw new Error(`${login.Code}: ${login.Message} (${login.EnglishMessage})`);
  console.log("login:", login.Data.UserId);
  const Owner = { Type: "PERSON", Id: userId };
  const describe = () => call(login.Data.Authorization, "Material/DescribeClass", { Platform: platform, Owner });
  const root = (await describe()).ClassInfoSet[0].ClassId;
  await call(login.Data.Authorization, "Material/CreateClass", { ParentClassId: root, Name: "旅行 & more", Owner });
  const classes = await describe();
  console.log("class:", JSON.stringify(classes).includes("旅行 & more") ? "旅行 & more" : "none");
}

async function h5ds() {
  const timestamp = wrong === "seconds" ? Math.floor(Date.now() / 1000) : Date.now();
  const sign = crypto.createHash("md5").update(timestamp + (wrong === "key" ? "another" : secret)).digest("hex");
  const send = async (method, path, headers, body) => {
    const answer = await request(method, "https://video.h5ds.com/api/v1" + path, { "Content-Type": "application/json", ...headers }, body);
    if (answer.code !== 0) throw new Error(`${answer.code}: ${answer.message}`);
    return answer.data;
  };
  const { user_id, token } = await send("POST", "/third/login", { appid, sign, timestamp: String(timestamp) }, { userId, nick_name: "小云" });
  console.log("login:", user_id !== "");
  const user = await send("GET", "/account/info", { Authorization: token });
  console.log("user:", user.nick_name || user.name);
  const work = await send("POST", "/user/apps/create", { Authorization: token }, { source_id: "", category_id: 0, name: "第一部", data: { pages: [] } });
  console.log("work:", typeof work.id);
}

(service === "cme" ? cme() : h5ds()).catch((err) => {
  console.error(err.message);
  if (err.cause) console.error(err.cause.message);
  process.exit(1);
});
