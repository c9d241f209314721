package dev.idbridge.model;

/** What an IdP, or an administrator, asks the directory to do to one resource. */
public sealed interface ResourceChange permits UserChange, GroupChange {
  ResourceType type();
}
