// The front panel in a terminal, that `hadctl status --panel` draws: where which card is, and what its lamps show.
//
// Box drawing where the locale is UTF-8, else ASCII.  It says less than the picture (picture.hpp), and says it where
// the eye of somebody before the chassis looks for it.  A state has a lamp of its own form, so it needs no colour.
#pragma once

#include "had/hadctl/picture.hpp"

#include <string>

namespace had::hadctl {

// With the colours of a picture.  No line is longer than style.width.
std::string panel(const core::View& view, const Style& style);

} // namespace had::hadctl
