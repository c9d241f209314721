/**
 * SCIM bodies, PATCHes, paths and filters, in whatever dialect, turned into the product's own
 * messages.
 *
 * <p>In: JSON trees and the text of paths and filters. Out: {@code UserChange}, {@code GroupChange}
 * and {@code Filter} values, wholly typed and checked against the schema table, or a {@code
 * ChangeRefused} that says why not. The only package that knows both vocabularies; knows {@code
 * model} and JSON, and neither HTTP nor the store.
 */
@NullMarked
package dev.idbridge.normalise;

import org.jspecify.annotations.NullMarked;
