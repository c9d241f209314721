package dev.idbridge.connector.ldap;

import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.ConnectorFactory;
import dev.idbridge.connector.spi.Services;
import dev.idbridge.connector.spi.SettingSpec;
import dev.idbridge.connector.spi.Settings;
import java.util.List;

/** {@code connector: ldap}: OpenLDAP and its kin. */
public final class LdapConnectorFactory implements ConnectorFactory {
  @Override
  public String kind() {
    return "ldap";
  }

  @Override
  public List<SettingSpec> settings() {
    return List.of(
        SettingSpec.required("url", "ldap://host:389 or ldaps://host:636."),
        SettingSpec.optional(
            "start-tls", "false", "Whether an ldap:// connection switches to TLS before the bind."),
        SettingSpec.required("bind-dn", "DN the bridge binds as."),
        new SettingSpec("password", "Password of bind-dn.", true, null, true),
        SettingSpec.required("users-base", "DN under which new accounts are made."),
        SettingSpec.required("groups-base", "DN under which new groups are made."),
        new SettingSpec(
            "search-base",
            "DN under which accounts and groups are looked for, at any depth; without it the"
                + " nearest DN above users-base and groups-base.",
            false,
            null,
            false),
        SettingSpec.optional(
            "user-classes",
            "inetOrgPerson",
            "Object classes of an account besides top, person and organizationalPerson; accounts"
                + " are searched by the first."),
        SettingSpec.optional(
            "group-class",
            "groupOfNames",
            "groupOfNames (member) or groupOfUniqueNames" + " (uniqueMember)."),
        new SettingSpec(
            "placeholder-member",
            "DN that keeps a group without members valid; without it cn=placeholder under"
                + " groups-base. The entry need not exist.",
            false,
            null,
            false),
        SettingSpec.optional(
            "external-id-attribute",
            "employeeNumber",
            "Attribute that keeps the user's externalId."),
        SettingSpec.optional(
            "disabled-attribute",
            "employeeType",
            "Attribute that marks a disabled account; other values in it stay."),
        SettingSpec.optional(
            "disabled-value", "inactive", "The value of disabled-attribute on a disabled account."),
        SettingSpec.optional("page-size", "500", "Entries per page of a search, 1 to 1000."),
        SettingSpec.optional(
            "members-per-call", "100", "Members added and removed in one modify, 1 to 1000."),
        SettingSpec.optional("pool-size", "8", "Connections kept open, 1 to 200."));
  }

  @Override
  public List<String> identity() {
    return List.of("url", "search-base");
  }

  @Override
  public Connector create(Settings settings, Services services) {
    return new LdapConnector(LdapLayout.of(settings), settings, services.http());
  }
}
