import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A client as the pages on the client API and on third/login show one.
 * java Client.java cme|h5ds [what to do wrong]
 */
public class Client {
    private static final String SECRET_ID = "fake-secret-id", SECRET_KEY = "fake-secret-key";
    private static final String PLATFORM = "fake-platform", USER_ID = "fake-user";
    private static final String APP_ID = "fake-appid", SECRET = "fake-secret";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static String wrong = "";

    public static void main(String[] args) throws Exception {
        System.setOut(new java.io.PrintStream(System.out, true, StandardCharsets.UTF_8));
        wrong = args.length > 1 ? args[1] : "";
        if (args[0].equals("cme")) {
            cme();
        } else {
            h5ds();
        }
    }

    private static String send(String method, String url, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString()).body();
    }

    private static String signature() throws Exception {
        long now = System.currentTimeMillis() / 1000 - (wrong.equals("expired") ? 3600 : 0);
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("secretId", SECRET_ID);
        parameters.put("currentTimeStamp", String.valueOf(now));
        parameters.put("expireTime", String.valueOf(now + 300));
        parameters.put("random", String.valueOf(new Random().nextInt(Integer.MAX_VALUE)));
        parameters.put("platform", PLATFORM);
        parameters.put("action", wrong.equals("action") ? "Upload" : "Login");
        parameters.put("userId", USER_ID);
        StringBuilder original = new StringBuilder();
        for (var p : parameters.entrySet()) {
            original.append(original.length() > 0 ? "&" : "").append(p.getKey()).append("=")
                .append(URLEncoder.encode(p.getValue(), StandardCharsets.UTF_8));
        }
        byte[] text = original.toString().getBytes(StandardCharsets.UTF_8);
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec((wrong.equals("key") ? "another-key" : SECRET_KEY).getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
        byte[] sum = mac.doFinal(text);
        byte[] all = new byte[sum.length + text.length];
        System.arraycopy(sum, 0, all, 0, sum.length);
        System.arraycopy(text, 0, all, sum.length, text.length);
        String signature = Base64.getEncoder().encodeToString(all);
        return wrong.equals("escape") && !signature.contains("+") ? signature() : signature;
    }

    private static void cme() throws Exception {
        String sign = wrong.equals("escape") ? signature() : URLEncoder.encode(signature(), StandardCharsets.UTF_8);
        String login = cmeAnswer(send("GET", "https://open.cme.qcloud.com/?signature=" + sign, null));
        System.out.println("login: " + field(login, "UserId"));
        String auth = field(login, "Authorization"), owner = "{\"Type\":\"PERSON\",\"Id\":\"" + USER_ID + "\"}";
        String root = cmeCall(auth, "Material/DescribeClass", "{\"Platform\":\"" + PLATFORM + "\",\"Owner\":" + owner + "}");
        Matcher id = Pattern.compile("\"ClassInfoSet\":\\[\\{\"ClassId\":(\\d+)").matcher(root);
        cmeCall(auth, "Material/CreateClass", "{\"ParentClassId\":" + (id.find() ? id.group(1) : "none") + ",\"Name\":\"旅行 & more\",\"Owner\":" + owner + "}");
        String classes = cmeCall(auth, "Material/DescribeClass", "{\"Platform\":\"" + PLATFORM + "\",\"Owner\":" + owner + "}");
        System.out.println("class: " + (classes.contains("旅行 & more") ? "旅行 & more" : "none"));
    }

    private static String cmeCall(String auth, String path, String body) throws Exception {
        String url = "https://web-paas-api.cme.qcloud.com/PaaS/" + path + "?auth=" + auth;
        return cmeAnswer(send("POST", url, body, "Content-Type", "application/json"));
    }

    private static String cmeAnswer(String answer) {
        if (!"Success".equals(field(answer, "Code"))) {
            fail(field(answer, "Code") + ": " + field(answer, "Message") + " (" + field(answer, "EnglishMessage") + ")");
        }
        return answer;
    }

    private static void h5ds() throws Exception {
        String timestamp = String.valueOf(wrong.equals("seconds") ? System.currentTimeMillis() / 1000 : System.currentTimeMillis());
        byte[] digest = MessageDigest.getInstance("MD5").digest((timestamp + (wrong.equals("key") ? "another" : SECRET)).getBytes(StandardCharsets.UTF_8));
        StringBuilder sign = new StringBuilder();
        for (byte b : digest) {
            sign.append(String.format("%02x", b));
        }
        String login = h5dsCall("POST", "/third/login", "{\"userId\":\"" + USER_ID + "\",\"nick_name\":\"小云\"}",
            "appid", APP_ID, "sign", sign.toString(), "timestamp", timestamp);
        System.out.println("login: " + !field(login, "user_id").isEmpty());
        String token = field(login, "token");
        String user = h5dsCall("GET", "/account/info", null, "Authorization", token);
        System.out.println("user: " + (field(user, "nick_name").isEmpty() ? field(user, "name") : field(user, "nick_name")));
        String work = h5dsCall("POST", "/user/apps/create", "{\"source_id\":\"\",\"category_id\":0,\"name\":\"第一部\",\"data\":{\"pages\":[]}}", "Authorization", token);
        System.out.println("work: " + (field(work, "id").isEmpty() ? "none" : "string"));
    }

    private static String h5dsCall(String method, String path, String body, String... headers) throws Exception {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/json";
        String answer = send(method, "https://video.h5ds.com/api/v1" + path, body, all);
        if (!answer.matches("(?s).*\"code\":0[,}].*")) {
            Matcher code = Pattern.compile("\"code\":(\\d+)").matcher(answer);
            fail((code.find() ? code.group(1) : answer) + ": " + field(answer, "message"));
        }
        return answer;
    }

    /** The first text of that name in a JSON answer; there is no JSON in the standard library. */
    private static String field(String json, String name) {
        Matcher m = Pattern.compile("\"" + name + "\":\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(json);
        return m.find() ? m.group(1) : "";
    }

    private static void fail(String text) {
        new java.io.PrintStream(System.err, true, StandardCharsets.UTF_8).println(text);
        System.exit(1);
    }
}
