package dev.idbridge.connector.spi;

/** What was found before an effect; stored with the intent and decides {@link Origin} later. */
public enum Seen {
  ABSENT,
  PRESENT,
  UNKNOWN
}
