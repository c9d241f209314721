package dev.idbridge.connector.spi;

/** Who made a thing in an app. What is {@link #FOUND} is never removed by us. */
public enum Origin {
  OURS,
  FOUND
}
