package dev.idbridge.admin;

/**
 * An edit is durable.
 *
 * @param id of the user or group
 * @param changed false when everything was so already
 * @param text one sentence: what is so now
 */
public record Edited(String id, String name, boolean changed, String text) {}
