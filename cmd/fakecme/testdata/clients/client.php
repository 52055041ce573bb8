<?php
// A client as the pages on the client API and on third/login show one.
// php client.php cme|h5ds [what to do wrong]
$secretId = 'fake-secret-id'; $secretKey = 'fake-secret-key'; $platform = 'fake-platform'; $userId = 'fake-user';
$appid = 'fake-appid'; $secret = 'fake-secret';
$service = $argv[1];
$wrong = $argv[2] ?? '';

function request($method, $url, $headers = [], $body = null)
{
    $ch = curl_init($url);
    curl_setopt($ch, CURLOPT_RETURNTRANSFER, true);
    curl_setopt($ch, CURLOPT_CUSTOMREQUEST, $method);
    curl_setopt($ch, CURLOPT_HTTPHEADER, $headers);
    if ($body !== null) {
        curl_setopt($ch, CURLOPT_POSTFIELDS, json_encode($body));
    }
    $response = curl_exec($ch);
    if (curl_errno($ch)) {
        fail('Request failed: ' . curl_error($ch));
    }
    return json_decode($response, true);
}

function fail($text)
{
    fwrite(STDERR, $text . "\n");
    exit(1);
}

function signature()
{
    global $secretId, $secretKey, $platform, $userId, $wrong;
    $now = time() - ($wrong === 'expired' ? 3600 : 0);
    $original = http_build_query([
        'secretId' => $secretId, 'currentTimeStamp' => $now, 'expireTime' => $now + 300, 'random' => rand(),
        'platform' => $platform, 'userId' => $userId, 'action' => $wrong === 'action' ? 'Upload' : 'Login',
    ]);
    $mac = hash_hmac('SHA1', $original, $wrong === 'key' ? 'another-key' : $secretKey, true);
    $text = base64_encode($mac . $original);
    return $wrong === 'escape' && strpos($text, '+') === false ? signature() : $text;
}

function cmeAnswer($answer)
{
    if ($answer['Code'] !== 'Success') {
        fail("{$answer['Code']}: {$answer['Message']} ({$answer['EnglishMessage']})");
    }
    return $answer['Data'] ?? null;
}

function cmeCall($auth, $path, $body)
{
    $url = "https://web-paas-api.cme.qcloud.com/PaaS/$path?auth=$auth";
    return cmeAnswer(request('POST', $url, ['Content-Type: application/json'], $body));
}

function h5dsCall($method, $path, $headers, $body = null)
{
    $headers[] = 'Content-Type: application/json';
    $answer = request($method, 'https://video.h5ds.com/api/v1' . $path, $headers, $body);
    if ($answer['code'] !== 0) {
        fail("{$answer['code']}: {$answer['message']}");
    }
    return $answer['data'];
}

if ($service === 'cme') {
    $sign = $wrong === 'escape' ? signature() : urlencode(signature());
    $login = cmeAnswer(request('GET', "https://open.cme.qcloud.com/?signature=$sign"));
    echo "login: {$login['UserId']}\n";
    $owner = ['Type' => 'PERSON', 'Id' => $userId];
    $root = cmeCall($login['Authorization'], 'Material/DescribeClass', ['Platform' => $platform, 'Owner' => $owner])['ClassInfoSet'][0]['ClassId'];
    cmeCall($login['Authorization'], 'Material/CreateClass', ['ParentClassId' => $root, 'Name' => '旅行 & more', 'Owner' => $owner]);
    $classes = cmeCall($login['Authorization'], 'Material/DescribeClass', ['Platform' => $platform, 'Owner' => $owner]);
    echo 'class: ' . (strpos(json_encode($classes, JSON_UNESCAPED_UNICODE), '旅行 & more') ? '旅行 & more' : 'none') . "\n";
} else {
    $timestamp = (string) ($wrong === 'seconds' ? time() : round(microtime(true) * 1000));
    $sign = md5($timestamp . ($wrong === 'key' ? 'another' : $secret));
    $login = h5dsCall('POST', '/third/login', ["appid: $appid", "sign: $sign", "timestamp: $timestamp"], ['userId' => $userId, 'nick_name' => '小云']);
    echo 'login: ' . var_export($login['user_id'] !== '', true) . "\n";
    $token = ['Authorization: ' . $login['token']];
    $user = h5dsCall('GET', '/account/info', $token);
    echo 'user: ' . ($user['nick_name'] ?? $user['name']) . "\n";
    $work = h5dsCall('POST', '/user/apps/create', $token, ['source_id' => '', 'category_id' => 0, 'name' => '第一部', 'data' => ['pages' => []]]);
    echo 'work: ' . gettype($work['id']) . "\n";
}
