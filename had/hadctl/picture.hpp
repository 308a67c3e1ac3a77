// The picture of the chassis that `hadctl status` draws.
//
// A table of three columns throughout: object, state, and what there is to say.  So the eye runs down one
// column of state words.  First comes the whole chassis, then what is wrong (worst first), then the bonds
// (the service), then the slots with cards and ports (the hardware).  ASCII, since the console of a chassis
// is often a serial line; 80 columns unless the terminal has more.
#pragma once

#include "had/core/view/view.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace had::hadctl {

struct Style {
    bool colour = false;
    std::size_t width = 80;
    bool unicode = false;                     // the terminal shows more than ASCII
};

// "Intel 82546EB Gigabit Ethernet Controller (Copper)"
using CardNames = std::function<std::string(const core::CardView&)>;

// Text in colour is colour_begin, the numbers of the terminal's sequence, colour_end, the text, and then the same
// with 0.  These bytes occur in no UTF-8, and so in no name.  print_picture() (terminal.hpp) makes escape sequences
// of them.
constexpr char colour_begin = '\xff', colour_end = '\xfe';
std::string picture(const core::View& view, const CardNames& names, const Style& style);
// The numbers of the terminal's sequence for a state word.
std::string_view colour_of(core::Health health);

} // namespace had::hadctl
