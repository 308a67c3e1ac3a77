// Names of cards for people, cut to what a line of the picture has room for.
#pragma once

#include "had/core/view/view.hpp"
#include "had/hadctl/picture.hpp"

#include <string>
#include <string_view>

namespace had::hadctl {

// "Intel Corporation" is "Intel", "Realtek Semiconductor Co., Ltd." is "Realtek Semiconductor".
std::string short_vendor(std::string_view name);

// From the system's pci.ids, read at the first call.  A card that is not in it is named by its numbers.
CardNames card_names();

} // namespace had::hadctl
