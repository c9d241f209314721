package dev.idbridge.testing;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands in front of an LDAP server and cuts or silences connections when told. */
public final class LdapFaults implements AutoCloseable {
  /** Tags of addRequest, delRequest, modDNRequest and modifyRequest (RFC 4511 section 4). */
  private static final Set<Integer> WRITES = Set.of(0x68, 0x4a, 0x6c, 0x66);

  private final ServerSocket door;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger losing = new AtomicInteger();
  private volatile boolean silent;

  /**
   * @param target port of the server on 127.0.0.1
   */
  public LdapFaults(int target) {
    this.target = target;
    try {
      door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run(this::accept);
  }

  public int port() {
    return door.getLocalPort();
  }

  /** The server does the next write, and its connection closes before the answer. */
  public void loseTheNextAnswer() {
    loseTheAnswerToWrite(1);
  }

  /**
   * The server does that write too, and its connection closes before the answer.
   *
   * @param number counted from the next, which is 1
   */
  public void loseTheAnswerToWrite(int number) {
    losing.set(number);
  }

  /** Every answer comes again. */
  public void loseNothing() {
    losing.set(0);
  }

  /** Nothing that the server says comes through. */
  public void silent(boolean from) {
    silent = from;
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = door.accept();
      try {
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(client);
        open.add(server);
        boolean[] lose = {false};
        run(() -> up(client, server, lose));
        run(() -> down(server, client, lose));
      } catch (IOException e) {
        client.close();
      }
    }
  }

  private void up(Socket client, Socket server, boolean[] lose) throws IOException {
    try (client;
        server) {
      DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
      OutputStream out = server.getOutputStream();
      while (true) {
        byte[] message = message(in);
        if (WRITES.contains(operation(message))
            && losing.getAndUpdate(n -> Math.max(0, n - 1)) == 1) {
          synchronized (lose) {
            lose[0] = true;
          }
        }
        out.write(message);
        out.flush();
      }
    }
  }

  private void down(Socket server, Socket client, boolean[] lose) throws IOException {
    try (client;
        server) {
      InputStream in = server.getInputStream();
      OutputStream out = client.getOutputStream();
      byte[] buffer = new byte[8192];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        synchronized (lose) {
          if (lose[0]) {
            return;
          }
        }
        if (!silent) {
          out.write(buffer, 0, read);
          out.flush();
        }
      }
    }
  }

  /** One BER element: tag, length, content (X.690 section 8.1). */
  private static byte[] message(DataInputStream in) throws IOException {
    java.io.ByteArrayOutputStream whole = new java.io.ByteArrayOutputStream();
    int tag = in.readUnsignedByte();
    int length = in.readUnsignedByte();
    whole.write(tag);
    whole.write(length);
    if (length > 0x7f) {
      int bytes = length & 0x7f;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        int next = in.readUnsignedByte();
        whole.write(next);
        length = length << 8 | next;
      }
    }
    byte[] content = new byte[length];
    in.readFully(content);
    whole.write(content);
    return whole.toByteArray();
  }

  /** The tag after the message id. */
  private static int operation(byte[] message) {
    int at = 2 + ((message[1] & 0x80) == 0 ? 0 : message[1] & 0x7f);
    int idLength = message[at + 1];
    return message[at + 2 + idLength] & 0xff;
  }

  @Override
  public void close() {
    try {
      door.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Piece {
    void run() throws IOException;
  }

  private static void run(Piece piece) {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                piece.run();
              } catch (IOException e) {
                // one side closed: the pair is over
              }
            });
  }
}
