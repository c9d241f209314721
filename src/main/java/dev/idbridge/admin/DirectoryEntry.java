package dev.idbridge.admin;

/**
 * @param mode SCIM, JIT or MANUAL
 * @param basePath where its IdP sends to, below the intake's address
 */
public record DirectoryEntry(String name, String mode, String basePath) {}
