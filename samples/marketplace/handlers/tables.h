#pragma once

#include "flow/sql.h"

namespace shop {

/// Creates the tables that the handlers write, where they are missing. None of the subscribers'
/// tables has a unique key on the order: if an effect ever happened twice, it would be counted
/// twice.
void create_tables(flow::Sql& sql);

}  // namespace shop
