package dev.idbridge.connector.scim;

import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.ConnectorFactory;
import dev.idbridge.connector.spi.Services;
import dev.idbridge.connector.spi.SettingSpec;
import dev.idbridge.connector.spi.Settings;
import java.util.List;
import java.util.Optional;

/** {@code connector: scim}: any app with a SCIM 2.0 service. */
public final class ScimConnectorFactory implements ConnectorFactory {
  @Override
  public String kind() {
    return "scim";
  }

  @Override
  public List<SettingSpec> settings() {
    return List.of(
        SettingSpec.required(
            "base-url", "The app's SCIM root, without /Users; such as https://host/scim/v2."),
        SettingSpec.secret("token", "Bearer token; this, or user and password."),
        new SettingSpec("user", "User name for basic authentication.", false, null, false),
        SettingSpec.secret("password", "Password for basic authentication."),
        SettingSpec.optional(
            "content-type",
            "application/scim+json",
            "Sent with bodies: application/scim+json or application/json; answers may be either."),
        SettingSpec.optional("users-path", "Users", "Path of the users under the base URL."),
        SettingSpec.optional("groups-path", "Groups", "Path of the groups under the base URL."),
        SettingSpec.optional(
            "user-lookup",
            "externalId,userName,email",
            "What an account is searched by, in this order: externalId, userName, email (any"
                + " address), work-email. Name only what the app can filter by."),
        SettingSpec.optional(
            "group-lookup",
            "filter",
            "filter: search groups by displayName; list: read all groups, for apps without it."),
        SettingSpec.optional(
            "exclude-members",
            "true",
            "Ask for groups without their members (excludedAttributes); false for apps that refuse"
                + " the parameter."),
        SettingSpec.optional("page-size", "100", "Resources per page of a search, 1 to 1000."),
        SettingSpec.optional(
            "send-external-id", "true", "Whether the user's externalId is written to the app."),
        SettingSpec.optional(
            "user-update",
            "patch",
            "patch: send what changed; put: replace the user, which drops what others wrote."),
        SettingSpec.optional(
            "deactivate",
            "patch",
            "How an account is disabled: patch or put sets active to false, delete removes the"
                + " user (apps where that deactivates)."),
        SettingSpec.optional(
            "members-per-request", "100", "Members added and removed in one PATCH, 1 to 1000."),
        SettingSpec.optional(
            "member-remove",
            "filter",
            "filter: members[value eq \"id\"], one operation each; values: one operation with a"
                + " list of values."),
        SettingSpec.optional(
            "member-probe",
            "off",
            "How one membership is looked at: off, members (Groups?filter=id eq \"G\" and members"
                + " eq \"U\") or members.value (the same with members.value)."),
        SettingSpec.optional(
            "members-shown",
            "false",
            "Whether a group read with attributes=members always shows them; only then does a group"
                + " without any count as empty and may be deleted."),
        SettingSpec.optional(
            "members-confer",
            "true",
            "Whether membership gives access, so that a deactivated user is taken out of groups."),
        SettingSpec.optional(
            "user-roles",
            "false",
            "Whether the app takes roles as values of the user's roles attribute (RFC 7643 section"
                + " 4.1.2), and shows them."),
        SettingSpec.optional(
            "conflict-text",
            "already (exists|been taken|in use|taken)|not unique|must be unique|duplicate",
            "Regular expression, case-insensitive: a 400 or 422 whose text matches means that the"
                + " name is taken."));
  }

  @Override
  public List<String> identity() {
    return List.of("base-url");
  }

  @Override
  public Optional<String> whyNotMapped(String attribute, Settings settings) {
    return ScimMapped.whyNot(attribute);
  }

  @Override
  public Connector create(Settings settings, Services services) {
    return new ScimConnector(ScimDialect.of(settings), settings, services, null);
  }

  /** A connector for a service that takes roles in a way of its own beside SCIM. */
  public Connector create(Settings settings, Services services, ScimRoles roles) {
    return new ScimConnector(ScimDialect.of(settings), settings, services, roles);
  }
}
