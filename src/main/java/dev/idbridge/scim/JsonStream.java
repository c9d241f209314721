package dev.idbridge.scim;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;

/**
 * A JSON document that is written while it is read, piece by piece: as much of it is in memory as
 * one piece makes. One thread at a time.
 */
final class JsonStream extends InputStream {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final Iterator<Json.Writing> pieces;
  private final Written written = new Written();
  private final JsonGenerator json;
  private int at;

  JsonStream(Iterator<Json.Writing> pieces) throws IOException {
    this.pieces = pieces;
    this.json = FACTORY.createGenerator(written);
  }

  /** Its buffer can be read in place. */
  private static final class Written extends java.io.ByteArrayOutputStream {
    byte[] bytes() {
      return buf;
    }
  }

  private boolean filled() throws IOException {
    while (at == written.size() && pieces.hasNext()) {
      written.reset();
      at = 0;
      pieces.next().to(json);
      json.flush();
    }
    return at < written.size();
  }

  @Override
  public int read() throws IOException {
    return filled() ? written.bytes()[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!filled()) {
      return -1;
    }
    int count = Math.min(length, written.size() - at);
    System.arraycopy(written.bytes(), at, into, offset, count);
    at += count;
    return count;
  }
}
