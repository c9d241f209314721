package dev.idbridge.scim;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The addresses whose forwarded headers count. */
final class Proxies {
  private record Block(byte[] network, int bits) {}

  private final List<Block> blocks = new ArrayList<>();

  /**
   * @param trusted addresses or CIDR blocks
   * @throws IllegalArgumentException for text that is neither
   */
  Proxies(List<String> trusted) {
    for (String text : trusted) {
      int slash = text.indexOf('/');
      byte[] network = literal(slash < 0 ? text : text.substring(0, slash));
      if (network == null) {
        throw new IllegalArgumentException(
            "server.trusted-proxies: '" + text + "' is neither an address nor a CIDR block");
      }
      int bits = network.length * 8;
      if (slash >= 0) {
        try {
          bits = Integer.parseInt(text.substring(slash + 1));
        } catch (NumberFormatException e) {
          bits = -1;
        }
        if (bits < 0 || bits > network.length * 8) {
          throw new IllegalArgumentException(
              "server.trusted-proxies: '" + text + "' has no usable prefix length");
        }
      }
      blocks.add(new Block(network, bits));
    }
  }

  boolean trusts(String address) {
    if (blocks.isEmpty()) {
      return false;
    }
    byte[] bytes = literal(address);
    return bytes != null && blocks.stream().anyMatch(block -> contains(block, bytes));
  }

  /**
   * The client's address: the last one in {@code X-Forwarded-For} that no trusted proxy has, when
   * the peer is a trusted proxy; else the peer's own.
   */
  String client(String peer, @Nullable String forwardedFor) {
    String client = peer;
    if (forwardedFor != null) {
      String[] hops = forwardedFor.split(",", -1);
      for (int i = hops.length - 1; i >= 0 && trusts(client); i--) {
        String hop = hops[i].strip();
        if (literal(hop) == null) {
          break;
        }
        client = hop;
      }
    }
    return client;
  }

  private static boolean contains(Block block, byte[] address) {
    if (block.network().length != address.length) {
      return false;
    }
    for (int bit = 0; bit < block.bits(); bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((block.network()[bit / 8] & mask) != (address[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  /** The bytes of an address in digits; names are never looked up. */
  private static byte @Nullable [] literal(String text) {
    if (text.isEmpty()
        || text.length() > 45
        || !text.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      return null;
    }
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
