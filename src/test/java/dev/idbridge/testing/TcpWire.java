package dev.idbridge.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A cable to a server on this machine that can be cut, and frozen so that nothing gets through. */
public final class TcpWire implements AutoCloseable {
  private final int target;
  private final InetAddress near;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition thawed = lock.newCondition();
  private boolean frozen;
  private ServerSocket server;

  public TcpWire(int target) {
    this(target, InetAddress.getLoopbackAddress());
  }

  /**
   * @param near the address of this machine that it listens at
   */
  public TcpWire(int target, InetAddress near) {
    this.target = target;
    this.near = near;
    this.server = listen(0);
    this.port = server.getLocalPort();
  }

  public int port() {
    return port;
  }

  private ServerSocket listen(int at) {
    try {
      ServerSocket opened = new ServerSocket();
      opened.setReuseAddress(true);
      opened.bind(new InetSocketAddress(near, at));
      Thread.ofVirtual().start(() -> accept(opened));
      return opened;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket from) {
    try {
      while (true) {
        Socket near = from.accept();
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(near);
        sockets.add(far);
        Thread.ofVirtual().start(() -> pump(near, far));
        Thread.ofVirtual().start(() -> pump(far, near));
      }
    } catch (IOException closed) {
      // cut
    }
  }

  private void pump(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[16 * 1024];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        awaitThaw();
        out.write(buffer, 0, n);
        out.flush();
      }
    } catch (IOException closed) {
      // either end went away
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private void awaitThaw() {
    lock.lock();
    try {
      while (frozen) {
        thawed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Connections stay open, and nothing gets through either way; or again. */
  public void freeze(boolean on) {
    lock.lock();
    try {
      frozen = on;
      thawed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Every connection is reset (RST, RFC 9293 section 3.5); new ones are served. */
  public void reset() {
    for (Socket socket : sockets) {
      try {
        socket.setSoLinger(true, 0);
      } catch (IOException gone) {
        // it is
      }
      quietly(socket);
    }
  }

  /** Every connection breaks, new ones are refused. */
  public synchronized void cut() {
    freeze(false);
    quietly(server);
    sockets.forEach(TcpWire::quietly);
  }

  /** Answers again at the same port. */
  public synchronized void mend() {
    server = listen(port);
  }

  private static void quietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception gone) {
      // it is
    }
  }

  @Override
  public void close() {
    cut();
  }
}
