#include "fault_file_system.h"
