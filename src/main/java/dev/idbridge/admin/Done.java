package dev.idbridge.admin;

/**
 * A person's act is done.
 *
 * @param text one sentence: what is so now, and what happens next
 */
public record Done(String text) {}
