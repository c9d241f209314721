package dev.idbridge.ledger;

/**
 * One membership that was written, to be looked at in the app.
 *
 * @param remoteId the account in the app
 * @param present whether the app said that it is a member now
 * @param cause the change that asked for it
 */
public record MemberLook(long account, String remoteId, boolean present, long cause) {}
