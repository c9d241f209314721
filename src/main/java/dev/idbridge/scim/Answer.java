package dev.idbridge.scim;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.idbridge.directory.Resources;
import dev.idbridge.directory.Search.Position;
import dev.idbridge.model.Committed;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.ScimSchema;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * Makes the HTTP answer of what the steps before produced. A group PATCH is answered 204, unless it
 * names attributes: a group's members are neither loaded nor sent because one of them changed. An
 * answer with many members is written while it is sent, page by page.
 */
final class Answer extends Step {
  /** Exchange property: the committed group has more members than an answer holds at once. */
  static final String MANY_MEMBERS = "scimManyMembers";

  private final ResourceJson json;
  private final Resources resources;
  private final Cursors cursors;

  Answer(ScimSchema schemas, Resources resources, Cursors cursors) {
    this.json = new ResourceJson(schemas);
    this.resources = resources;
    this.cursors = cursors;
  }

  @Override
  void run(ScimCall call, Message message) throws Exception {
    Object result = message.getBody();
    switch (result) {
      case Committed committed -> written(call, message, committed);
      case Resource resource -> read(call, message, resource);
      case Resources.Page page -> page(call, message, page);
      case byte[] document -> reply(message, call.in, 200, Map.of(), document);
      case null, default ->
          throw new IllegalStateException("the route brought no answer to " + call.operation());
    }
  }

  /** Whether a write is answered without a body. */
  static boolean isBodyless(ScimCall call) {
    return call.operation() == Operation.DELETE
        || (call.operation() == Operation.PATCH
            && call.type() == ResourceType.GROUP
            && !call.projection().isExplicit());
  }

  private void written(ScimCall call, Message message, Committed committed) throws IOException {
    Resource resource = committed.resource();
    if (isBodyless(call) || resource == null) {
      Map<String, String> headers =
          resource == null ? Map.of() : Map.of("ETag", ResourceJson.etag(resource));
      reply(message, call.in, 204, headers, null);
      return;
    }
    Map<String, String> headers =
        Map.of(
            "ETag",
            ResourceJson.etag(resource),
            "Location",
            ResourceJson.location(call.base, resource));
    boolean many = message.getExchange().getProperty(MANY_MEMBERS, false, boolean.class);
    send(
        call,
        message,
        call.operation() == Operation.CREATE ? 201 : 200,
        headers,
        many,
        pieces(call, resource, many));
  }

  private void read(ScimCall call, Message message, Resource resource) throws IOException {
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
    boolean many = hasMany(call, resource);
    send(call, message, 200, headers, many, pieces(call, resource, many));
  }

  private static boolean hasMany(ScimCall call, Resource resource) {
    return resource instanceof Resource.Group group
        && group.members() == null
        && call.projection(ResourceType.GROUP).shows("members");
  }

  private void page(ScimCall call, Message message, Resources.Page page) throws IOException {
    Asked asked = call.asked();
    Json.Writing start =
        out -> {
          startList(out);
          out.writeNumberField("totalResults", page.total());
          if (asked.question() == null) {
            out.writeNumberField("startIndex", asked.startIndex());
          }
          out.writeNumberField("itemsPerPage", page.resources().size());
          cursor(out, "nextCursor", asked, page.total(), page.last(), false);
          cursor(out, "previousCursor", asked, page.total(), page.first(), true);
          out.writeArrayFieldStart("Resources");
        };
    Iterator<Json.Writing> each =
        Pieces.each(
            page.resources().iterator(),
            resource -> pieces(call, resource, hasMany(call, resource)));
    send(
        call,
        message,
        200,
        Map.of(),
        page.resources().stream().anyMatch(resource -> hasMany(call, resource)),
        Pieces.joined(List.of(Pieces.of(start), each, Pieces.of(Answer::endList))));
  }

  private void cursor(
      JsonGenerator out, String name, Asked asked, long total, @Nullable Position at, boolean back)
      throws IOException {
    if (asked.question() != null && at != null) {
      int count = asked.search().count();
      out.writeStringField(
          name, cursors.seal(asked.question(), new Cursors.Place(at, back, total, count)));
    }
  }

  /** A resource in parts that are each small, its members read as they are written. */
  private Iterator<Json.Writing> pieces(ScimCall call, Resource resource, boolean many) {
    Projection projection = call.projection(resource.type());
    Json.Writing head = out -> json.head(out, resource, projection, call.base);
    Json.Writing tail = out -> json.tail(out, resource, projection, call.base);
    if (!many) {
      return Pieces.of(head, tail);
    }
    Iterator<Json.Writing> members =
        Pieces.each(
            Pieces.members(resources, resource.id()),
            page ->
                Pieces.of(
                    out ->
                        json.members(out, resource.type(), page.members(), projection, call.base)));
    return Pieces.joined(
        List.of(
            Pieces.of(head, out -> ResourceJson.startMembers(out, resource.type())),
            members,
            Pieces.of(JsonGenerator::writeEndArray, tail)));
  }

  private static void send(
      ScimCall call,
      Message message,
      int status,
      Map<String, String> headers,
      boolean many,
      Iterator<Json.Writing> pieces)
      throws IOException {
    if (!many) {
      reply(
          message,
          call.in,
          status,
          headers,
          Json.write(
              out -> {
                while (pieces.hasNext()) {
                  pieces.next().to(out);
                }
              }));
      return;
    }
    reply(message, call.in, status, headers, null);
    message.setHeader(Exchange.CONTENT_TYPE, MediaType.answer(call.in.accept()));
    message.setBody(new JsonStream(pieces));
  }

  static void startList(JsonGenerator json, long total, int startIndex, int items)
      throws IOException {
    startList(json);
    json.writeNumberField("totalResults", total);
    json.writeNumberField("startIndex", startIndex);
    json.writeNumberField("itemsPerPage", items);
    json.writeArrayFieldStart("Resources");
  }

  private static void startList(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("schemas");
    json.writeString("urn:ietf:params:scim:api:messages:2.0:ListResponse");
    json.writeEndArray();
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
    message.setBody(body == null ? null : Buffer.buffer(body));
  }
}
