#pragma once

#include <array>

#include "diagnostics/definition.h"

/// Diagnostics of files and encoding (00) and of syntax (01). An id that is no longer used is never
/// given again.
namespace flowc {

// Files and encoding.
inline constexpr ErrorDef<1, Quoted> kFileMissing{"there is no file {0}"};
inline constexpr ErrorDef<2, Quoted, Word> kFileNotRegular{"{0} is {1}, not a file"};
inline constexpr ErrorDef<3, Quoted, Word> kFileUnreadable{"{0} cannot be read: {1}"};
inline constexpr ErrorDef<4, Quoted, Number> kFileTooLarge{"{0} is larger than {1} bytes"};
inline constexpr ErrorDef<5> kNotUtf8{"the file is not UTF-8 here"};
inline constexpr ErrorDef<6> kNulByte{"a NUL byte in a source file"};
inline constexpr ErrorDef<7> kLoneCarriageReturn{"a carriage return without a line feed"};
inline constexpr ErrorDef<8, Word> kBidirectionalControl{
    "{0} is a control that makes text read in another order than it has"};
inline constexpr ErrorDef<9, Word> kOtherEncoding{"the file is {0}; flowc reads UTF-8"};
inline constexpr NoteDef<10, Number> kMoreDiagnostics{"{0} more in this file, not shown"};
inline constexpr ErrorDef<11, Name> kImportAbsolute{"the import of {0} is absolute"};

// Syntax.
inline constexpr ErrorDef<101, Word, Word> kExpected{"expected {0}, found {1}"};
inline constexpr ErrorDef<102, Word> kNotADeclaration{"{0} does not begin a declaration"};
inline constexpr ErrorDef<103, Name, Word> kNotClosed{"{0} is not closed before {1}"};
inline constexpr ErrorDef<104, Name> kClosesNothing{"{0} closes nothing"};
inline constexpr ErrorDef<105, Word> kForeignCharacter{"{0} has no meaning in a .flow file"};
inline constexpr ErrorDef<106> kStringNotClosed{"the string is not closed on its line"};
inline constexpr ErrorDef<107, Name> kUnknownEscape{"{0} is no escape of a string"};
inline constexpr ErrorDef<108, Name> kNameNotAscii{"the name {0} is not ASCII"};
inline constexpr ErrorDef<109, Number> kNestedTooDeep{"nested deeper than {0}"};
inline constexpr ErrorDef<110, Name, Word> kNumberOutOfRange{"{0} is out of range: {1}"};
inline constexpr ErrorDef<111, Name, Word> kUnknownUnit{"{0} is not {1}"};
inline constexpr ErrorDef<112, Number> kTokenTooLong{
    "a name, number or string longer than {0} bytes"};
inline constexpr ErrorDef<113> kBlockComment{
    "a block comment; comments begin with `//` and end with the line"};
inline constexpr ErrorDef<114, Name, Word> kUnknownWord{"{0} is not {1}"};
inline constexpr ErrorDef<115, Name> kGivenTwice{"{0} is given twice"};
inline constexpr ErrorDef<116> kNoModule{"the file does not say its module"};
inline constexpr ErrorDef<117, Name> kSecondModule{"a second `module` in the file of {0}"};
inline constexpr ErrorDef<118, Word> kCannotBePublic{"{0} cannot be `public`"};
inline constexpr ErrorDef<119, Word> kTooLate{"{0} stands before the declarations"};
inline constexpr ErrorDef<120, Number> kTooManyTokens{"the file has more than {0} words and signs"};
inline constexpr ErrorDef<121, Name, Word> kNumberForm{"{0} is no number: {1}"};

inline constexpr std::array kSyntaxDefinitions{
    kFileMissing.definition,
    kFileNotRegular.definition,
    kFileUnreadable.definition,
    kFileTooLarge.definition,
    kNotUtf8.definition,
    kNulByte.definition,
    kLoneCarriageReturn.definition,
    kBidirectionalControl.definition,
    kOtherEncoding.definition,
    kMoreDiagnostics.definition,
    kImportAbsolute.definition,
    kExpected.definition,
    kNotADeclaration.definition,
    kNotClosed.definition,
    kClosesNothing.definition,
    kForeignCharacter.definition,
    kStringNotClosed.definition,
    kUnknownEscape.definition,
    kNameNotAscii.definition,
    kNestedTooDeep.definition,
    kNumberOutOfRange.definition,
    kUnknownUnit.definition,
    kTokenTooLong.definition,
    kBlockComment.definition,
    kUnknownWord.definition,
    kGivenTwice.definition,
    kNoModule.definition,
    kSecondModule.definition,
    kCannotBePublic.definition,
    kTooLate.definition,
    kTooManyTokens.definition,
    kNumberForm.definition,
};

}  // namespace flowc
