package dev.idbridge.model.schema;

import static dev.idbridge.model.schema.AttributeDef.bool;
import static dev.idbridge.model.schema.AttributeDef.complex;
import static dev.idbridge.model.schema.AttributeDef.of;
import static dev.idbridge.model.schema.AttributeDef.reference;
import static dev.idbridge.model.schema.AttributeDef.string;

import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.AttributeDef.Mutability;
import dev.idbridge.model.schema.AttributeDef.Returned;
import dev.idbridge.model.schema.AttributeDef.Type;
import java.util.List;

/**
 * The tables of RFC 7643 sections 3.1, 4.1 to 4.3 and 8.7. Where the RFC's text and its listing
 * differ ({@code Group.displayName}), the text counts.
 */
final class StandardSchemas {
  static final String ENTERPRISE_URN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

  private StandardSchemas() {}

  static SchemaDef common() {
    return new SchemaDef(
        "",
        "Common",
        "What every resource has",
        List.of(
            string("id", "Identifier made by the service")
                .exact()
                .unique()
                .when(Mutability.READ_ONLY, Returned.ALWAYS),
            string("externalId", "Identifier made by the client").exact(),
            reference("schemas", "URNs of the schemas in use")
                .many()
                .when(Mutability.READ_ONLY, Returned.ALWAYS),
            complex(
                    "meta",
                    "What the service knows about the resource",
                    string("resourceType", "Type of the resource").exact().readOnly(),
                    of("created", Type.DATE_TIME, "When it was made").readOnly(),
                    of("lastModified", Type.DATE_TIME, "When it last changed").readOnly(),
                    reference("location", "Its address", "uri").readOnly(),
                    string("version", "Its version").exact().readOnly())
                .readOnly()));
  }

  static SchemaDef user() {
    return new SchemaDef(
        ResourceType.USER.schema(),
        "User",
        "A person or service with an account",
        List.of(
            string("userName", "Unique name the user signs in with").mandatory().unique(),
            complex(
                "name",
                "The parts of the user's name",
                string("formatted", "Full name, ready to show"),
                string("familyName", "Last name"),
                string("givenName", "First name"),
                string("middleName", "Middle names"),
                string("honorificPrefix", "Title before the name"),
                string("honorificSuffix", "Suffix after the name")),
            string("displayName", "Name to show"),
            string("nickName", "Casual name"),
            reference("profileUrl", "Page about the user", "external"),
            string("title", "Title in the organisation"),
            string("userType", "Relation to the organisation"),
            string("preferredLanguage", "Preferred language, as in Accept-Language"),
            string("locale", "Locale for dates, numbers and currency"),
            string("timezone", "Time zone in IANA form"),
            bool("active", "Whether the user may be used"),
            string("password", "Accepted and dropped: the bridge keeps no passwords")
                .exact()
                .when(Mutability.WRITE_ONLY, Returned.NEVER),
            values("emails", "E-mail addresses", string("value", "Address"))
                .suggestType("work", "home", "other"),
            values("phoneNumbers", "Phone numbers", string("value", "Number"))
                .suggestType("work", "home", "mobile", "fax", "pager", "other"),
            values("ims", "Instant messaging addresses", string("value", "Address"))
                .suggestType("aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"),
            values("photos", "Photos", reference("value", "Address of the photo", "external"))
                .suggestType("photo", "thumbnail"),
            complex(
                    "addresses",
                    "Postal addresses",
                    string("formatted", "Whole address, ready to print"),
                    string("streetAddress", "Street, house, box"),
                    string("locality", "City"),
                    string("region", "State or region"),
                    string("postalCode", "Postal code"),
                    string("country", "Country in ISO 3166-1 alpha 2"),
                    string("type", "Label").suggest("work", "home", "other"),
                    primary())
                .many(),
            complex(
                    "groups",
                    "Groups the user belongs to; changed through groups only",
                    string("value", "The group's id").exact().readOnly(),
                    reference("$ref", "The group's address", "Group").readOnly(),
                    string("display", "The group's name").readOnly(),
                    string("type", "Kind of membership").suggest("direct", "indirect").readOnly())
                .many()
                .readOnly(),
            values("entitlements", "Entitlements", string("value", "Entitlement")).plain(),
            values("roles", "Roles", string("value", "Role")).plain(),
            values(
                    "x509Certificates",
                    "Certificates",
                    of("value", Type.BINARY, "DER in base64").exact())
                .plain()));
  }

  static SchemaDef group() {
    return new SchemaDef(
        ResourceType.GROUP.schema(),
        "Group",
        "A group of users and groups",
        List.of(
            string("displayName", "Name of the group, unique in the directory")
                .mandatory()
                .unique(),
            complex(
                    "members",
                    "Users and groups in the group",
                    string("value", "Id of the member").exact().immutable(),
                    reference("$ref", "Address of the member", "User", "Group").immutable(),
                    string("type", "What the member is").suggest("User", "Group").immutable(),
                    string("display", "Name of the member").readOnly())
                .many()));
  }

  static SchemaDef enterprise() {
    return new SchemaDef(
        ENTERPRISE_URN,
        "EnterpriseUser",
        "The user in an organisation",
        List.of(
            string("employeeNumber", "Number given by the organisation"),
            string("costCenter", "Cost centre"),
            string("organization", "Organisation"),
            string("division", "Division"),
            string("department", "Department"),
            complex(
                "manager",
                "The user's manager",
                string("value", "Id of the manager's user").exact(),
                reference("$ref", "Address of the manager's user", "User").readOnly(),
                string("displayName", "Name of the manager").readOnly())));
  }

  private static AttributeDef primary() {
    return bool("primary", "Whether this is the preferred one; true at most once");
  }

  private static Values values(String name, String description, AttributeDef value) {
    return new Values(name, description, value);
  }

  /** The shape most multi-valued attributes share (RFC 7643 section 2.4). */
  private record Values(String name, String description, AttributeDef value) {
    AttributeDef plain() {
      return suggestType();
    }

    AttributeDef suggestType(String... types) {
      return complex(
              name,
              description,
              value,
              string("display", "Name to show"),
              string("type", "Label").suggest(types),
              primary())
          .many();
    }
  }
}
