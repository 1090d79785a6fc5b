package c2pa

// Codes of what was found, as the specification names them (C2PA 15.2.1 to 15.2.3).
const (
	codeCredentialTrusted   = "signingCredential.trusted"
	codeCredentialUntrusted = "signingCredential.untrusted"
	codeCredentialInvalid   = "signingCredential.invalid"
	codeCredentialExpired   = "signingCredential.expired"

	codeSignatureValidated = "claimSignature.validated"
	codeSignatureMismatch  = "claimSignature.mismatch"
	codeSignatureMissing   = "claimSignature.missing"
	codeSignatureInside    = "claimSignature.insideValidity"
	codeSignatureOutside   = "claimSignature.outsideValidity"

	codeStampValidated = "timeStamp.validated"
	codeStampTrusted   = "timeStamp.trusted"
	codeStampUntrusted = "timeStamp.untrusted"
	codeStampMismatch  = "timeStamp.mismatch"
	codeStampMalformed = "timeStamp.malformed"
	codeStampOutside   = "timeStamp.outsideValidity"

	codeClaimMissing         = "claim.missing"
	codeClaimMultiple        = "claim.multiple"
	codeClaimMalformed       = "claim.malformed"
	codeBindingMissing       = "claim.hardBindings.missing"
	codeBindingMultiple      = "assertion.multipleHardBindings"
	codeAlgorithmUnsupported = "algorithm.unsupported"

	codeAssertionMatch      = "assertion.hashedURI.match"
	codeAssertionMismatch   = "assertion.hashedURI.mismatch"
	codeAssertionMissing    = "assertion.missing"
	codeAssertionUndeclared = "assertion.undeclared"
	codeAssertionOutside    = "assertion.outsideManifest"
	codeAssertionDuplicate  = "assertion.duplicate"
	codeAssertionCBOR       = "assertion.cbor.invalid"
	codeAssertionJSON       = "assertion.json.invalid"
	codeSelfRedacted        = "assertion.selfRedacted"
	codeActionMalformed     = "assertion.action.malformed"
	codeActionIngredient    = "assertion.action.ingredientMismatch"
	codeActionRedacted      = "assertion.action.redacted"

	codeDataMatch     = "assertion.dataHash.match"
	codeDataMismatch  = "assertion.dataHash.mismatch"
	codeDataMalformed = "assertion.dataHash.malformed"
	codeDataMore      = "assertion.dataHash.additionalExclusionsPresent"
	codeBMFFMatch     = "assertion.bmffHash.match"
	codeBMFFMismatch  = "assertion.bmffHash.mismatch"
	codeBMFFMalformed = "assertion.bmffHash.malformed"
	codeBMFFMore      = "assertion.bmffHash.additionalExclusionsPresent"

	codeIngredientMalformed = "assertion.ingredient.malformed"
	codeIngredientValidated = "ingredient.manifest.validated"
	codeIngredientMissing   = "ingredient.manifest.missing"
	codeIngredientMismatch  = "ingredient.manifest.mismatch"
	codeIngredientSigned    = "ingredient.claimSignature.validated"
	codeIngredientUnsigned  = "ingredient.claimSignature.mismatch"
	codeIngredientUnknown   = "ingredient.unknownProvenance"
	codeParentsMultiple     = "manifest.multipleParents"
	codeUpdateInvalid       = "manifest.update.invalid"
	codeUpdateParents       = "manifest.update.wrongParents"

	codeGeneral = "general.error"
)
