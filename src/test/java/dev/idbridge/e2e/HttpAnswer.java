package dev.idbridge.e2e;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** What somebody without any credentials is answered. */
record HttpAnswer(int status, String body) {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  static HttpAnswer get(String url) throws Exception {
    HttpResponse<String> answer =
        CLIENT.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    return new HttpAnswer(answer.statusCode(), answer.body());
  }
}
