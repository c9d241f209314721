package dev.idbridge.scim;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.idbridge.directory.Resources;
import dev.idbridge.model.Committed;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.ScimSchema;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * Makes the HTTP answer of what the steps before produced. A group PATCH is answered 204: a group's
 * members are neither loaded nor sent because one of them changed.
 */
final class Answer extends Step {
  private final ResourceJson resources;

  Answer(ScimSchema schemas) {
    this.resources = new ResourceJson(schemas);
  }

  @Override
  void run(ScimCall call, Message message) throws Exception {
    Object result = message.getBody();
    switch (result) {
      case Committed committed -> written(call, message, committed);
      case Resource resource -> read(call, message, resource);
      case Resources.Page page -> reply(message, call.in, 200, Map.of(), page(call, page));
      case byte[] document -> reply(message, call.in, 200, Map.of(), document);
      case null, default ->
          throw new IllegalStateException("the route brought no answer to " + call.operation());
    }
  }

  private void written(ScimCall call, Message message, Committed committed) throws IOException {
    Resource resource = committed.resource();
    boolean bodyless =
        call.operation() == Operation.DELETE
            || (call.operation() == Operation.PATCH
                && call.type() == ResourceType.GROUP
                && !call.projection().isExplicit());
    if (bodyless || resource == null) {
      Map<String, String> headers =
          resource == null ? Map.of() : Map.of("ETag", ResourceJson.etag(resource));
      reply(message, call.in, 204, headers, null);
      return;
    }
    List<String> members = members(call, committed);
    byte[] body =
        Json.write(json -> resources.write(json, resource, call.projection(), call.base, members));
    Map<String, String> headers =
        Map.of(
            "ETag",
            ResourceJson.etag(resource),
            "Location",
            ResourceJson.location(call.base, resource));
    reply(message, call.in, call.operation() == Operation.CREATE ? 201 : 200, headers, body);
  }

  /** A create or replace names every member there is: no need to read them back. */
  private static @Nullable List<String> members(ScimCall call, Committed committed) {
    List<String> asked =
        switch (call.change()) {
          case GroupChange.Create create -> create.members();
          case GroupChange.Replace replace -> replace.members();
          case null, default -> null;
        };
    if (asked == null || committed.skippedMembers().isEmpty()) {
      return asked;
    }
    Set<String> skipped = new HashSet<>(committed.skippedMembers());
    return asked.stream().filter(id -> !skipped.contains(id)).toList();
  }

  private void read(ScimCall call, Message message, Resource resource) {
    Map<String, String> headers =
        Map.of(
            "ETag",
            ResourceJson.etag(resource),
            "Content-Location",
            ResourceJson.location(call.base, resource));
    if (Etags.known(call.in.ifNoneMatch(), resource.version())) {
      reply(message, call.in, 304, headers, null);
      return;
    }
    reply(
        message,
        call.in,
        200,
        headers,
        Json.write(json -> resources.write(json, resource, call.projection(), call.base, null)));
  }

  private byte[] page(ScimCall call, Resources.Page page) throws Refusal {
    int startIndex = Find.startIndex(call);
    return Json.write(
        json -> {
          startList(json, page.total(), startIndex, page.resources().size());
          for (Resource resource : page.resources()) {
            resources.write(json, resource, call.projection(), call.base, null);
          }
          endList(json);
        });
  }

  static void startList(JsonGenerator json, long total, int startIndex, int items)
      throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("schemas");
    json.writeString("urn:ietf:params:scim:api:messages:2.0:ListResponse");
    json.writeEndArray();
    json.writeNumberField("totalResults", total);
    json.writeNumberField("startIndex", startIndex);
    json.writeNumberField("itemsPerPage", items);
    json.writeArrayFieldStart("Resources");
  }

  static void endList(JsonGenerator json) throws IOException {
    json.writeEndArray();
    json.writeEndObject();
  }

  static void reply(
      Message message,
      Inbound in,
      int status,
      Map<String, String> headers,
      byte @Nullable [] body) {
    message.removeHeaders("*");
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    message.setHeader("X-Request-Id", in.requestId());
    headers.forEach(message::setHeader);
    if (body != null) {
      message.setHeader(Exchange.CONTENT_TYPE, MediaType.answer(in.accept()));
    }
    // A buffer goes out with its length in one write; bytes would be streamed, in chunks, over
    // several
    // hops between threads.
    boolean sent = body != null && !in.method().equals("HEAD");
    message.setBody(sent ? Buffer.buffer(body) : null);
  }
}
